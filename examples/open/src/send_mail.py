"""Mail to customers, and what the mail server says of those that came back."""

import json
import os
import smtplib
from email.message import EmailMessage
from pathlib import Path


def handler(event, context):
    if "routeKey" in event:
        print("came back:", event["body"])
        return {"statusCode": 204}
    text = Path("/opt/mails/on-its-way.txt").read_text()
    with smtplib.SMTP("mail.example.com", 587) as server:
        server.starttls()
        server.login("orders", os.environ["SMTP_PASSWORD"])
        for record in event["Records"]:
            order = json.loads(record["body"])
            message = EmailMessage()
            message["To"] = order["mail"]
            message["From"] = "orders@example.com"
            message["Subject"] = f"Your order {order['orderId']}"
            message.set_content(text)
            server.send_message(message)
