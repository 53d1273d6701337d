import { MessageTooLong, type OutgoingMessage } from '#ports/queues';

/** Bytes of body and attributes together that one message, and one batch, may have. */
const MOST_BYTES = 1_048_576;

/** Messages of one batch. */
const MOST_MESSAGES = 10;

/** Every attribute is of this type; its name counts too. */
const ATTRIBUTE_TYPE = 'String';

const bytes = (message: OutgoingMessage): number =>
  Object.entries(message.attributes ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + ATTRIBUTE_TYPE.length + Buffer.byteLength(value),
    Buffer.byteLength(message.body),
  );

/** What SQS takes no text with: control characters, lone surrogates, U+FFFE and U+FFFF. */
const REFUSED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * As SQS looks at texts: neither body nor attributes have a character that it refuses.
 *
 * @throws Error InvalidMessageContents
 */
export const checkedTexts = ({ body, attributes = {} }: OutgoingMessage): void => {
  const refused = [body, ...Object.values(attributes)].find((text) => REFUSED.test(text));
  if (refused === undefined) return;
  const error = new Error('the message has characters that are not allowed');
  error.name = 'InvalidMessageContents';
  throw error;
};

/** Whether a queue takes the message. */
export const fitsMessage = (message: OutgoingMessage): boolean => bytes(message) <= MOST_BYTES;

/**
 * The size of a message in bytes.
 *
 * @throws MessageTooLong
 */
export const checkedSize = (message: OutgoingMessage): number => {
  const size = bytes(message);
  if (size > MOST_BYTES) throw new MessageTooLong(`${size} bytes are more than the ${MOST_BYTES} of a message`);
  return size;
};

/**
 * The messages in order, in as few batches as the service takes without reordering them.
 *
 * @throws MessageTooLong before anything is sent
 */
export const batchesOf = (messages: readonly OutgoingMessage[]): OutgoingMessage[][] => {
  const batches: OutgoingMessage[][] = [];
  let last: OutgoingMessage[] = [];
  let size = 0;
  for (const message of messages) {
    const own = checkedSize(message);
    if (batches.length === 0 || last.length >= MOST_MESSAGES || size + own > MOST_BYTES) {
      last = [];
      size = 0;
      batches.push(last);
    }
    last.push(message);
    size += own;
  }
  return batches;
};
