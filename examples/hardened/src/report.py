"""Differences from the queue become lines of a report."""

from aws_lambda_powertools import Logger

from queue_records import work_off

logger = Logger()


def report(difference):
    logger.info("difference", order_id=difference["orderId"], payment=difference["payment"])


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    return work_off(event, context, report)
