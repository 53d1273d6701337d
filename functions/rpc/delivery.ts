import type { SQSRecord } from 'aws-lambda';

/** What the queue says of a message beside its body. */
export interface Delivery {
  readonly id: string;
  readonly body: string;
  /** Message attributes that are text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds at which it was sent. */
  readonly sentAt: number;
  /** Who sent it: the principal that SQS vouches for, or where none is required the attribute `sender`. */
  readonly principal: string | undefined;
}

/** Reads an SQS record. With principals required the attribute `sender` is not believed. */
export function delivery(record: SQSRecord, requirePrincipals: boolean): Delivery {
  const attributes = Object.fromEntries(
    Object.entries(record.messageAttributes).flatMap(([name, { stringValue }]) =>
      stringValue === undefined ? [] : [[name, stringValue]],
    ),
  );
  return {
    id: record.messageId,
    body: record.body,
    attributes,
    sentAt: Number(record.attributes.SentTimestamp),
    principal: requirePrincipals ? record.attributes.SenderId : attributes['sender'],
  };
}
