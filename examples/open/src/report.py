"""Differences from the queue become lines of a report."""

import json


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        print(f"{order['orderId']};{order.get('total')};{order.get('payment', 'open')}")
