"""Orders from the queue go to the warehouse."""

import json
import os
import urllib.request


def handler(event, context):
    for record in event["Records"]:
        request = urllib.request.Request(
            "https://warehouse.example.com/picks",
            data=record["body"].encode(),
            headers={"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"},
        )
        with urllib.request.urlopen(request) as answer:
            print("picked", json.load(answer))
