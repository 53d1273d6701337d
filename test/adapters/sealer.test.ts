import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KmsSealer } from '#adapters/kms/sealer';
import { KeySealer } from '#local/emulation/key-sealer';
import { startFakeEndpoint, type FakeRequest } from '../fixtures/endpoints/fake-endpoint.ts';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { sealerContract } from './sealer.contract.ts';

/** A key service that gives a key back only under the encryption context that it was made in. */
const fakeKms = () => {
  const keys = new Map<string, { readonly plain: string; readonly context: string }>();
  return startFakeEndpoint(({ operation, body }: FakeRequest) => {
    const context = JSON.stringify(body['EncryptionContext']);
    if (operation === 'GenerateDataKey') {
      const [CiphertextBlob, plain] = [randomBytes(48).toString('base64'), randomBytes(32).toString('base64')];
      keys.set(CiphertextBlob, { plain, context });
      return { CiphertextBlob, Plaintext: plain, KeyId: 'key' };
    }
    const key = keys.get(String(body['CiphertextBlob']));
    if (key?.context !== context) return { __type: 'InvalidCiphertextException' };
    return { Plaintext: key.plain, KeyId: 'key' };
  });
};

sealerContract('given key', async () => {
  const key = randomBytes(32);
  return {
    sealer: new KeySealer(key),
    other: new KeySealer(key),
    unknownSender: new KeySealer(randomBytes(32)),
    stop: () => Promise.resolve(),
  };
});

sealerContract('KMS', async () => {
  const endpoint = await fakeKms();
  const clock = new ManualClock();
  const sealer = (deployment: string) =>
    new KmsSealer({ config: endpoint.config, keyId: 'alias/conductor', deployment, clock });
  return { sealer: sealer('one'), other: sealer('one'), unknownSender: sealer('two'), stop: () => endpoint.stop() };
});

describe('KeySealer', () => {
  it('a key of another length is refused', () => {
    expect(() => new KeySealer(randomBytes(16))).toThrow('a sealing key has 32 bytes, not 16');
  });
});

describe('KmsSealer', () => {
  it('one data key serves five minutes of documents, sealed and opened', async () => {
    const endpoint = await fakeKms();
    const clock = new ManualClock();
    const sealer = new KmsSealer({ config: endpoint.config, keyId: 'alias/conductor', deployment: 'one', clock });

    const [first] = await Promise.all([sealer.seal('a', 'b'), sealer.seal('c', 'd')]);
    clock.pass(299);
    await sealer.open(first, 'b');
    await sealer.seal('e', 'f');
    clock.pass(1);
    await sealer.seal('g', 'h');
    await sealer.open(first, 'b');

    await endpoint.stop();
    expect(endpoint.requests.map(({ operation }) => operation)).toEqual([
      'GenerateDataKey',
      'GenerateDataKey',
      'Decrypt',
    ]);
    expect(endpoint.requests[0]?.body).toEqual({
      KeyId: 'alias/conductor',
      KeySpec: 'AES_256',
      EncryptionContext: { deployment: 'one' },
    });
  });

  it('documents under one data key that are opened at the same time ask for it once', async () => {
    const endpoint = await fakeKms();
    const options = { config: endpoint.config, keyId: 'alias/conductor', deployment: 'one', clock: new ManualClock() };
    const sealer = new KmsSealer(options);
    const [first, second] = await Promise.all([sealer.seal('a', 'b'), sealer.seal('c', 'd')]);
    const other = new KmsSealer(options);

    const opened = await Promise.all([other.open(first, 'b'), other.open(second, 'd')]);

    await endpoint.stop();
    expect(opened).toEqual(['a', 'c']);
    expect(endpoint.requests.map(({ operation }) => operation)).toEqual(['GenerateDataKey', 'Decrypt']);
  });

  it('a key that could not be opened is asked for again', async () => {
    const endpoint = await fakeKms();
    const options = { config: endpoint.config, keyId: 'alias/conductor', deployment: 'one', clock: new ManualClock() };
    const sealed = await new KmsSealer(options).seal('a', 'b');
    await endpoint.stop();
    let refusals = 1;
    const plain = randomBytes(32);
    const mended = await startFakeEndpoint(() =>
      refusals-- > 0 ? { __type: 'KMSInternalException' } : { Plaintext: plain.toString('base64') },
    );
    const sealer = new KmsSealer({ ...options, config: mended.config });

    const refused = await Promise.allSettled([sealer.open(sealed, 'b'), sealer.open(sealed, 'b')]);
    const again = await sealer.open(sealed, 'b').catch((error: unknown) => error);

    await mended.stop();
    const throttled = { status: 'rejected', reason: { name: 'TableThrottled' } };
    expect(refused).toMatchObject([throttled, throttled]);
    // Another key was answered than the document is under.
    expect(again).not.toMatchObject({ name: 'TableThrottled' });
    expect(mended.requests.map(({ operation }) => operation)).toEqual(['Decrypt', 'Decrypt']);
  });

  it('a key that could not be had is asked for again', async () => {
    let refusals = 1;
    const endpoint = await startFakeEndpoint(() =>
      refusals-- > 0
        ? { __type: 'KMSInternalException' }
        : { CiphertextBlob: 'YQ==', Plaintext: randomBytes(32).toString('base64') },
    );
    const options = { config: endpoint.config, keyId: 'k', deployment: 'one', clock: new ManualClock() };
    const sealer = new KmsSealer(options);

    const refused = await sealer.seal('a', 'b').catch((error: unknown) => error);
    const sealed = await sealer.seal('a', 'b');

    await endpoint.stop();
    expect(refused).toMatchObject({ name: 'TableThrottled', cause: { name: 'KMSInternalException' } });
    expect(sealed).toMatch(/^kms2\.YQ==\./u);
  });

  it('opens what was sealed before documents were deflated', async () => {
    const plain = randomBytes(32);
    const endpoint = await startFakeEndpoint(() => ({ Plaintext: plain.toString('base64') }));
    const options = { config: endpoint.config, keyId: 'k', deployment: 'one', clock: new ManualClock() };
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', plain, nonce).setAAD(Buffer.from('b'));
    const text = Buffer.concat([cipher.update('a document', 'utf8'), cipher.final()]);
    const document = Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');

    const opened = await new KmsSealer(options).open(`kms1.YQ==.${document}`, 'b');

    await endpoint.stop();
    expect(opened).toBe('a document');
  });
});
