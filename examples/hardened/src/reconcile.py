"""Every night: orders against payments; differences go to a queue."""

import datetime
import json
import os

import boto3
from aws_lambda_powertools import Logger
from boto3.dynamodb.conditions import Key

logger = Logger()
queue = boto3.client("sqs")
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    day = (datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=1)).isoformat()
    found = table.query(IndexName="by-day", KeyConditionExpression=Key("day").eq(day))
    open_orders = [order for order in found["Items"] if order.get("payment") not in ("paid", "refunded")]
    for order in open_orders:
        difference = {"orderId": order["orderId"], "payment": order.get("payment", "open")}
        queue.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(difference))
    logger.info("orders compared", day=day, orders=len(found["Items"]), differences=len(open_orders))
