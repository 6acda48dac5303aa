"""Refunds that the back office puts into the queue."""

import os

import boto3
from aws_lambda_powertools import Logger

from queue_records import work_off

logger = Logger()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def refund(message):
    table.update_item(
        Key={"orderId": message["orderId"]},
        UpdateExpression="SET payment = :state",
        ConditionExpression="attribute_exists(orderId)",
        ExpressionAttributeValues={":state": "refunded"},
    )
    logger.info("order refunded", order_id=message["orderId"])


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    return work_off(event, context, refund)
