import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.h2.mvstore.MVStore;

/**
 * Serves the MongoDB wire protocol from one file, for machines without Docker.
 *
 * A write is on disk before it is acknowledged: the store never commits by itself, and each write
 * command commits once. (Left to its background commits the store lost most acknowledged writes
 * when the process was killed.)
 *
 * Usage: MongoStore HOST PORT FILE
 */
public final class MongoStore {

    private static final Set<String> WRITES = Set.of(
            "insert", "update", "delete", "findandmodify", "create", "createindexes", "drop",
            "dropdatabase", "dropindexes", "renamecollection");

    /** Answers what current drivers ask for; the library's own versions are too old for them. */
    private static final class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }

    private static final class DurableBackend extends H2Backend {
        DurableBackend(MVStore store) {
            super(store);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            String command = message.getDocument().keySet().iterator().next();
            try {
                return super.handleMessage(message);
            } finally { // a command that failed may have written a part
                if (WRITES.contains(command.toLowerCase(Locale.ROOT))) {
                    getMvStore().commit();
                }
            }
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        MVStore store = new MVStore.Builder().fileName(arguments[2]).autoCommitDisabled().open();
        DurableBackend backend = new DurableBackend(store);
        backend.version(new Version());
        MongoServer server = new MongoServer(backend);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind(arguments[0], Integer.parseInt(arguments[1]));
        new CountDownLatch(1).await();
    }
}
