import { BlobTooLarge, type Blobs } from '#ports/blobs';
import { MalformedMessage, parseEnvelope, type RpcReply, type RpcRequest } from './envelope.ts';
import { jsonOrNull } from './json-text.ts';

/*
 * The convention of the SQS extended client: the body of a message that no queue takes is a pointer to an object, and
 * an attribute gives the object's size.
 */

/** The attribute by which a pointer is known. */
export const SIZE_ATTRIBUTE = 'ExtendedPayloadSize';

/** A payload may have at most this many bytes: 1,000 servers of 64 KiB. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

const KIND = 'software.amazon.payloadoffloading.PayloadS3Pointer';

/** What older clients write. */
const KINDS: readonly unknown[] = [KIND, 'com.amazon.sqs.javamessaging.MessageS3Pointer'];

/** Where a payload lies. */
export interface PayloadPointer {
  readonly bucket: string;
  readonly key: string;
}

/** The body of a message that stands for an object. */
export const pointerBody = ({ bucket, key }: PayloadPointer): string =>
  JSON.stringify([KIND, { s3BucketName: bucket, s3Key: key }]);

/**
 * Reads a message body as a pointer; undefined when the message carries its payload itself.
 *
 * @throws MalformedMessage when it says to be a pointer and is none
 */
function readPointer(body: string, attributes: Readonly<Record<string, string>>): PayloadPointer | undefined {
  if (attributes[SIZE_ATTRIBUTE] === undefined && !KINDS.some((kind) => body.startsWith(`["${String(kind)}"`))) return;
  const value = jsonOrNull(body);
  const [kind, place] = Array.isArray(value) ? value : [];
  if (!KINDS.includes(kind) || typeof place !== 'object' || place === null || Array.isArray(place))
    throw new MalformedMessage('the message has a payload elsewhere, but its body is no pointer to one');
  const { s3BucketName: bucket, s3Key: key } = place;
  if (typeof bucket !== 'string' || typeof key !== 'string') throw new MalformedMessage('the pointer names no object');
  return { bucket, key };
}

/**
 * The payload of a message, wherever it lies. Only the deployment's own objects are read, whatever a pointer names.
 *
 * @throws MalformedMessage when it lies elsewhere, is gone or too large
 */
export async function payloadOf(
  blobs: Blobs,
  message: { readonly body: string; readonly attributes: Readonly<Record<string, string>> },
  mostBytes = MAX_PAYLOAD_BYTES,
): Promise<string> {
  const pointer = readPointer(message.body, message.attributes);
  if (pointer === undefined) return message.body;
  if (pointer.bucket !== blobs.bucket)
    throw new MalformedMessage("the payload lies in a bucket that is not this deployment's");
  if (!pointer.key.startsWith(blobs.prefix))
    throw new MalformedMessage(`the payload does not lie under ${blobs.prefix}, where this deployment reads`);
  const payload = await read(blobs, pointer.key, mostBytes);
  if (payload === undefined) throw new MalformedMessage('the payload is gone');
  return payload;
}

/**
 * The envelope of a message, wherever its payload lies.
 *
 * @throws MalformedMessage with what is wrong
 */
export async function readMessage(
  { blobs }: { readonly blobs: Blobs },
  message: Parameters<typeof payloadOf>[1],
  mostBytes = MAX_PAYLOAD_BYTES,
): Promise<RpcRequest | RpcReply> {
  const payload = await payloadOf(blobs, message, mostBytes);
  return payload === message.body ? parseEnvelope(payload) : parseEnvelope(payload, mostBytes);
}

async function read(blobs: Blobs, key: string, mostBytes: number): Promise<string | undefined> {
  try {
    return await blobs.get(key, mostBytes);
  } catch (error) {
    if (!(error instanceof BlobTooLarge)) throw error;
    throw new MalformedMessage(`the payload is too large: ${error.message}`);
  }
}
