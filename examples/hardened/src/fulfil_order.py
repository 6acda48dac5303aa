"""Orders from the queue go to the warehouse, by way of the event bus."""

import json
import os

import boto3
from aws_lambda_powertools import Logger

from queue_records import work_off

logger = Logger()
events = boto3.client("events")


def send(order):
    pick = {"orderId": order["orderId"], "items": order["items"]}
    entry = {
        "EventBusName": os.environ["BUS_NAME"],
        "Source": "orders",
        "DetailType": "OrderAccepted",
        "Detail": json.dumps(pick),
    }
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"order {order['orderId']} was not taken: {answer['Entries'][0]['ErrorCode']}")
    logger.info("order sent to the warehouse", order_id=order["orderId"])


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    return work_off(event, context, send)
