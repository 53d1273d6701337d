import type { Blobs } from '#ports/blobs';
import { MalformedMessage } from '#wire/envelope';
import { payloadOf } from '#wire/payload-pointer';

/**
 * The payload of a message, wherever it lies. A pointer that leads nowhere is handed over as it is: whoever reads it
 * finds that it is no envelope, and it does not come again for ever.
 */
export async function deliveredBody(
  blobs: Blobs,
  message: { readonly body: string; readonly attributes: Readonly<Record<string, string>> },
): Promise<string> {
  try {
    return await payloadOf(blobs, message);
  } catch (error) {
    if (error instanceof MalformedMessage) return message.body;
    throw error;
  }
}
