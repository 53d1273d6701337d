import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sealer } from '#ports/sealer';
import { rejected } from '../fixtures/rejected.ts';

export interface SealersUnderTest {
  /** Two sealers that read each other's texts, as two processes of a deployment do. */
  readonly sealer: Sealer;
  readonly other: Sealer;
  /** One that may not read them. */
  readonly unknownSender: Sealer;
  stop(): Promise<void>;
}

const DOCUMENT = JSON.stringify({ admin_password: 'sésame', injected_files: [['/etc/motd', 'aGk=']] });

/** Holds every adapter of the port `sealer` to the same behaviour. */
export const sealerContract = (adapter: string, start: () => Promise<SealersUnderTest>): void => {
  describe(`sealer: ${adapter}`, () => {
    let world: SealersUnderTest;
    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world.stop());

    it('opens what it sealed, and so does another process', async () => {
      const sealed = await world.sealer.seal(DOCUMENT, 'request#1');

      expect(await world.sealer.open(sealed, 'request#1')).toBe(DOCUMENT);
      expect(await world.other.open(sealed, 'request#1')).toBe(DOCUMENT);
    });

    it('the text shows nothing of the document and never repeats', async () => {
      const [first, second] = [
        await world.sealer.seal(DOCUMENT, 'request#1'),
        await world.sealer.seal(DOCUMENT, 'request#1'),
      ];

      expect(first).not.toContain('admin_password');
      expect(second).not.toBe(first);
    });

    it('an empty document is a document', async () => {
      const sealed = await world.sealer.seal('', 'request#1');

      expect(await world.sealer.open(sealed, 'request#1')).toBe('');
    });

    it('another binding opens nothing', async () => {
      const sealed = await world.sealer.seal(DOCUMENT, 'request#1');

      expect(await rejected(world.sealer.open(sealed, 'request#2'))).toBeInstanceOf(Error);
    });

    it('a changed text opens nothing', async () => {
      const sealed = await world.sealer.seal(DOCUMENT, 'request#1');
      const last = sealed.at(-8) === 'A' ? 'B' : 'A';

      const error = await rejected(world.sealer.open(sealed.slice(0, -8) + last + sealed.slice(-7), 'request#1'));

      expect(error).toBeInstanceOf(Error);
    });

    it('an unknown sender opens nothing', async () => {
      const sealed = await world.sealer.seal(DOCUMENT, 'request#1');

      expect(await rejected(world.unknownSender.open(sealed, 'request#1'))).toBeInstanceOf(Error);
    });

    it('a text that was never sealed is refused', async () => {
      expect(await rejected(world.sealer.open(DOCUMENT, 'request#1'))).toBeInstanceOf(TypeError);
    });
  });
};
