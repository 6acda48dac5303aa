"""Mail to customers."""

import json
import os
import smtplib
import ssl
from email.message import EmailMessage

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities import parameters

from queue_records import work_off

logger = Logger()


def send(order):
    message = EmailMessage()
    message["To"] = order["mail"]
    message["From"] = "orders@example.com"
    message["Subject"] = f"Your order {order['orderId']}"
    message.set_content("It is on its way.")
    secret = json.loads(parameters.get_secret(os.environ["MAIL_SECRET_ARN"], max_age=60))
    host = f"email-smtp.{os.environ['AWS_REGION']}.amazonaws.com"
    with smtplib.SMTP(host, 587, timeout=5) as server:
        server.starttls(context=ssl.create_default_context())
        server.login(secret["username"], secret["password"])
        server.send_message(message)
    logger.info("mail sent", order_id=order["orderId"])


@logger.inject_lambda_context(log_event=False)
def handler(event, context):
    return work_off(event, context, send)
