"""Records of a queue, each worked on once; those that fail come back alone."""

import json
import os

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

_once = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
_config = IdempotencyConfig(expires_after_seconds=14 * 24 * 3600)
_processor = BatchProcessor(event_type=EventType.SQS)


def work_off(event, context, work):
    _config.register_lambda_context(context)

    @idempotent_function(data_keyword_argument="message", persistence_store=_once, config=_config)
    def once(message):
        work(message)

    def record_handler(record):
        once(message=json.loads(record.body))

    return process_partial_response(event=event, record_handler=record_handler, processor=_processor, context=context)
