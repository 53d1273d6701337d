import type { SQSRecord } from 'aws-lambda';

/** What the queue says of a message beside its body. */
export interface Delivery {
  readonly id: string;
  readonly body: string;
  /** Epoch milliseconds at which it was sent. */
  readonly sentAt: number;
  /** Who sent it: the principal that SQS vouches for, or where none is required the attribute `sender`. */
  readonly principal: string | undefined;
}

/** Reads an SQS record. With principals required the attribute `sender` is not believed. */
export function delivery(record: SQSRecord, requirePrincipals: boolean): Delivery {
  const claimed = record.messageAttributes['sender']?.stringValue;
  return {
    id: record.messageId,
    body: record.body,
    sentAt: Number(record.attributes.SentTimestamp),
    principal: requirePrincipals ? record.attributes.SenderId : claimed,
  };
}
