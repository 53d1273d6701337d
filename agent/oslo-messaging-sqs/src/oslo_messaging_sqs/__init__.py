"""An oslo.messaging driver for Amazon SQS, chosen by ``transport_url = sqs://…``."""
