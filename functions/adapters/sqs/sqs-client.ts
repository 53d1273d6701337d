/** What is read of the answers of SQS, whichever command was sent. */
export interface SqsAnswer {
  readonly $metadata: object;
  readonly Attributes?: Readonly<Record<string, string | undefined>> | undefined;
  readonly Failed?: readonly SqsBatchFailure[] | undefined;
  readonly Messages?: readonly SqsMessage[] | undefined;
}

/** An entry of a batch that was turned down. */
export interface SqsBatchFailure {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
  /** Whether the entry itself is at fault. */
  readonly SenderFault?: boolean | undefined;
}

/** A received message. */
export interface SqsMessage {
  readonly MessageId?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
  readonly Body?: string | undefined;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string | undefined }>> | undefined;
}

/**
 * The part of the SDK's `SQSClient` that is used: it sends commands of `@aws-sdk/client-sqs`.
 *
 * The class itself is not asked for: its private parts differ from version to version, so the client of another copy of
 * the SDK would not pass the compiler. `options` are those of `SQSClient.send`, for instance `abortSignal`.
 */
export interface SqsClient {
  send(command: object, options?: object): Promise<SqsAnswer>;
}
