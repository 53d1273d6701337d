import { describe, expect, it } from 'vitest';
import { MemoryBlobs } from '#adapters/memory/blobs';
import { MalformedMessage } from '#wire/envelope';
import { MAX_PAYLOAD_BYTES, payloadOf, pointerBody, SIZE_ATTRIBUTE } from '#wire/payload-pointer';

const attributes = { [SIZE_ATTRIBUTE]: '7' };
const stored = async () => {
  const blobs = new MemoryBlobs({ bucket: 'd-messages-1', prefix: 'd/' });
  await blobs.put('d/compute-task/one', 'payload');
  await blobs.put('elsewhere/one', 'foreign');
  return blobs;
};
const pointer = (key: string, bucket = 'd-messages-1') => pointerBody({ bucket, key });

describe('a pointer in the form of the SQS extended client', () => {
  it.each([
    ['the newer one', 'software.amazon.payloadoffloading.PayloadS3Pointer'],
    ['the older one', 'com.amazon.sqs.javamessaging.MessageS3Pointer'],
  ])('leads to its payload: %s', async (_, kind) => {
    const body = JSON.stringify([kind, { s3BucketName: 'd-messages-1', s3Key: 'd/compute-task/one' }]);

    const payload = await payloadOf(await stored(), { body, attributes });

    expect(payload).toBe('payload');
  });

  it('is known by its body where the attribute got lost', async () => {
    const payload = await payloadOf(await stored(), { body: pointer('d/compute-task/one'), attributes: {} });

    expect(payload).toBe('payload');
  });

  it('is not looked for in a message that carries its payload itself', async () => {
    const body = '{"oslo.version":"2.0"}';

    const payload = await payloadOf(await stored(), { body, attributes: { sender: 'api' } });

    expect(payload).toBe(body);
  });

  it.each([
    ['into another bucket', pointer('d/compute-task/one', 'other'), "a bucket that is not this deployment's"],
    ['outside of the prefix', pointer('elsewhere/one'), 'does not lie under d/'],
    ['to nothing', pointer('d/compute-task/none'), 'is gone'],
    ['nowhere, since it is no list', '{"a":1}', 'its body is no pointer'],
    ['nowhere, since it is no JSON', 'x', 'its body is no pointer'],
    ['nowhere, since it names no key', JSON.stringify([JSON.parse(pointer(''))[0], { s3Key: 1 }]), 'names no object'],
  ])('that leads %s is refused with the reason', async (_, body, reason) => {
    const blobs = await stored();

    const payload = payloadOf(blobs, { body, attributes });

    await expect(payload).rejects.toBeInstanceOf(MalformedMessage);
    await expect(payload).rejects.toThrow(reason);
  });

  it('to more than 64 MiB is refused', async () => {
    const blobs = await stored();
    await blobs.put('d/huge', 'x'.repeat(MAX_PAYLOAD_BYTES + 1));

    const payload = payloadOf(blobs, { body: pointer('d/huge'), attributes });

    await expect(payload).rejects.toThrow('the payload is too large');
  });
});
