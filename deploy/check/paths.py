"""Where the check keeps what it may use again, and what it tries."""

from deploy.local.paths import HERE, REPOSITORY, STATE

ROOT = STATE / "compose"
# Kept from run to run: the base system, and the container engine's images.
BASE_SYSTEM = ROOT / "base.tar"
ENGINE = ROOT / "engine"
# Made anew in each run.
CLONE = ROOT / "clone"
LOGS = ROOT / "logs"
STANDINS = HERE.parent / "check" / "standins"
TESTS = REPOSITORY / "tests" / "compose"
