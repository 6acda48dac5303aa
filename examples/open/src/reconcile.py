"""Every night: orders against payments; differences go to a queue."""

import json

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="order-differences")
table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    for order in table.scan()["Items"]:
        if order.get("payment") not in ("paid", "refunded"):
            queue.send_message(MessageBody=json.dumps(order, default=str))
