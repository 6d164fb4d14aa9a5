"""Every step of an installation, in the order in which one needs the other."""

from __future__ import annotations

from deploy.migrate.elasticsearch_user import apply_user, plan_user
from deploy.migrate.indices import apply_indices, plan_indices
from deploy.migrate.kafka_users import apply_users, plan_users
from deploy.migrate.step import Step
from deploy.migrate.topic_settings import apply_topic_settings, plan_topic_settings
from shared import admin

STEPS: tuple[Step, ...] = (
    Step("Kafka's users", plan_users, apply_users),
    Step("topics and access rules", admin.pending, admin.prepare),
    Step("topics' settings", plan_topic_settings, apply_topic_settings),
    Step("Elasticsearch's user", plan_user, apply_user),
    Step("search indices", plan_indices, apply_indices),
)
