"""Mail to customers."""

import json
import os
import smtplib
from email.message import EmailMessage


def handler(event, context):
    with smtplib.SMTP("mail.example.com", 587) as server:
        server.starttls()
        server.login("orders", os.environ["SMTP_PASSWORD"])
        for record in event["Records"]:
            order = json.loads(record["body"])
            message = EmailMessage()
            message["To"] = order["mail"]
            message["From"] = "orders@example.com"
            message["Subject"] = f"Your order {order['orderId']}"
            message.set_content("It is on its way.")
            server.send_message(message)
