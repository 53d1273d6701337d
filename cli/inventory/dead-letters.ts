import type { Json } from '#ports/json';
import { mapOf, textOf } from '#wire/reading';
import { MalformedMessage, parseEnvelope } from '#wire/envelope';
import { covered } from '#cli/output/covered';
import { CommandFailure } from '#cli/deployment/failure';
import type { StoredMessage } from '#cli/deployment/queue-admin';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** Seconds for which a message that is looked at stays hidden from others who look. */
const LOOK_SECONDS = 20;

/** Messages that are looked at in one go. */
const MOST = 1000;

/** What may be shown of a dead letter: never its arguments' values, which may hold passwords. */
export interface DeadLetter {
  readonly id: string;
  readonly sentAt: string;
  readonly receives: number;
  /** Why it was put aside; absent when it was delivered too often. */
  readonly reason: string | null;
  readonly sender: string | null;
  /** Method and version; null when it is no envelope. */
  readonly method: string | null;
  readonly requestId: string | null;
  readonly bytes: number;
}

/** The dead-letter queue of a queue; a name that is one already stays. @throws CommandFailure when there is none */
export async function deadLetterQueue(
  target: DeploymentTarget,
  queue: string,
): Promise<{ source: string; dlq: string }> {
  const source = queue.replace(/-dlq$/u, '');
  const dlq = `${source}-dlq`;
  if ((await target.queueAdmin.counts(dlq)) !== undefined) return { source, dlq };
  throw new CommandFailure(`there is no queue ${dlq}: conductor dead-letter list shows those there are`);
}

/** Takes all messages, hands them to `look`, and gives those back that are still there afterwards. */
export async function withDeadLetters<T>(
  target: DeploymentTarget,
  dlq: string,
  look: (messages: readonly StoredMessage[], keep: Set<StoredMessage>) => Promise<T>,
): Promise<T> {
  const messages = await target.queueAdmin.take(dlq, MOST, LOOK_SECONDS);
  const keep = new Set(messages);
  try {
    return await look(messages, keep);
  } finally {
    await Promise.all([...keep].map((message) => target.queueAdmin.release(dlq, message)));
  }
}

/** The letters of these ids. @throws CommandFailure that names those that are not there */
export function lettersOf(
  messages: readonly StoredMessage[],
  ids: readonly string[],
  { source, done }: { readonly source: string; readonly done: string },
): StoredMessage[] {
  const missing = ids.filter((id) => !messages.some((message) => message.id === id));
  if (missing.length > 0)
    throw new CommandFailure(`${source} has no dead letter ${missing.join(', ')}: nothing is ${done}`);
  return messages.filter(({ id }) => ids.includes(id));
}

/**
 * Who sent a letter in the first place. SQS keeps the sender of a letter that it moves itself, with whatever attributes
 * that sender wrote; only a letter that the conductor's own role wrote names its sender in an attribute.
 *
 * @param conductor - unique id of the role that puts letters aside; absent where senders say who they are
 */
export function originalSender(
  { senderId, attributes }: Pick<StoredMessage, 'senderId' | 'attributes'>,
  conductor: string | undefined,
): string {
  const { sender } = attributes;
  if (conductor === undefined) return sender ?? senderId;
  return senderId.startsWith(`${conductor}:`) && sender !== undefined ? sender : senderId;
}

export function deadLetter({ id, sentAt, receives, attributes, body, senderId }: StoredMessage): DeadLetter {
  const request = requestOf(body);
  return {
    id,
    sentAt: new Date(sentAt).toISOString(),
    receives,
    reason: attributes['reason'] ?? null,
    sender: attributes['sender'] ?? (senderId === '' ? null : senderId),
    method: request === undefined ? null : `${request.method} ${request.version}`,
    requestId: request?.context.request_id ?? null,
    bytes: Buffer.byteLength(body),
  };
}

function requestOf(body: string) {
  try {
    const envelope = parseEnvelope(body);
    return envelope.kind === 'request' ? envelope : undefined;
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

/** The envelope of a message with every secret covered; undefined when it is no JSON. */
export function withoutSecrets(body: string): Json | undefined {
  try {
    const outer: Json = JSON.parse(body);
    const inner = textOf(mapOf(outer)['oslo.message']);
    const message: Json = inner === undefined ? outer : JSON.parse(inner);
    return covered(message);
  } catch {
    return undefined;
  }
}
