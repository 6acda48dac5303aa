"""Every night: orders against payments and the ledger; differences go to a queue. Accounting reads them any time."""

import json
import os

import boto3
import psycopg

queue = boto3.resource("sqs").get_queue_by_name(QueueName="order-differences")
table = boto3.resource("dynamodb").Table("orders")


def differences():
    with psycopg.connect(os.environ["LEDGER_URL"]) as ledger:
        booked = {row[0] for row in ledger.execute("SELECT order_id FROM booked")}
    for order in table.scan()["Items"]:
        if order.get("payment") not in ("paid", "refunded") or order["orderId"] not in booked:
            yield order


def handler(event, context):
    if "routeKey" in event:
        return {"statusCode": 200, "body": json.dumps(list(differences()), default=str)}
    for order in differences():
        queue.send_message(MessageBody=json.dumps(order, default=str))
