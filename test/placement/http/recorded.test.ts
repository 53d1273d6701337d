import { describe, expect, it } from 'vitest';
import { exchangesOf, recordedExchanges, type RecordedExchange } from '../../fixtures/endpoints/recorded-exchanges.ts';
import type { Json, JsonMap } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';
import { fieldOf } from '../../fixtures/placement/allocations-json.ts';
import { placementApi, placementApiOn } from '../../fixtures/placement/placement-api.ts';
import { emulatedTables } from '../../fixtures/tables.ts';

const ALL = recordedExchanges('placement-providers');
const SET_UP = ALL.filter((exchange) => exchange.case === 'set-up');
const of = (name: string): readonly RecordedExchange[] => ALL.filter((exchange) => exchange.case === name);

/** Sends recorded requests one after the other, and puts the answers beside those that were recorded. */
async function replay(
  exchanges: readonly RecordedExchange[],
  world: ReturnType<typeof placementApiOn> = placementApi(),
) {
  const answers: { readonly of: string; readonly status: number; readonly body: Json }[] = [];
  for (const { method, path, microversion, body } of exchanges) {
    const version = microversion === null ? undefined : `placement ${microversion}`;
    const answer = await world.api.answer({ method, path, version, body: body ?? undefined });
    answers.push({ of: `${method} ${path}`, status: answer.status, body: answer.body ?? null });
  }
  return { world, answers };
}

const recorded = (exchanges: readonly RecordedExchange[]) =>
  exchanges.map(({ method, path, status, response }) => ({ of: `${method} ${path}`, status, body: response }));

const error = (body: Json | undefined): JsonMap => mapOf(listOf(fieldOf(body, 'errors'))[0]);

/** What a caller distinguishes errors by. */
const marks = ({ status, title, code, max_version }: JsonMap) => ({ status, title, code, max_version });

describe('Placement’s HTTP API', () => {
  it('answers what makes providers, inventories, traits and aggregates as it was recorded', async () => {
    const { answers } = await replay(SET_UP);

    expect(answers).toEqual(recorded(SET_UP));
  });

  it('answers the same on DynamoDB', { timeout: 60_000 }, async ({ onTestFinished }) => {
    const emulated = await emulatedTables();
    onTestFinished(() => emulated.stop());

    const { answers } = await replay(SET_UP, placementApiOn(emulated.tables));

    expect(answers).toEqual(recorded(SET_UP));
  });

  it.each([
    'provider-name-unknown',
    'traits-of-unknown-provider',
    'aggregates-of-unknown-provider',
    'unacceptable-microversion',
    'unknown-path',
    'wrong-method',
    'delete-used-provider',
    'stale-provider-generation',
  ])('refuses as it was recorded: %s', async (name) => {
    const { world } = await replay(SET_UP);
    const [exchange] = of(name);

    const { answers } = await replay(of(name), world);

    expect(answers.map(({ status }) => status)).toEqual([exchange?.status]);
    expect(marks(error(answers[0]?.body))).toEqual(marks(error(exchange?.response)));
    expect(textOf(error(answers[0]?.body)['detail'])).toBeDefined();
  });

  it.each(['claim-over-capacity', 'claim-above-max-unit', 'claim-class-without-inventory', 'claim-unknown-provider'])(
    'refuses a claim as it was recorded, and nothing is held: %s',
    async (name) => {
      const { world } = await replay(SET_UP);
      const [put] = exchangesOf('placement', name);

      const { answers } = await replay(put ? [put] : [], world);

      const [got, recordedAnswer] = [error(answers[0]?.body), error(put?.response)];
      expect(answers.map(({ status }) => status)).toEqual([put?.status]);
      expect(marks(got)).toEqual(marks(recordedAnswer));
      expect((await world.ask('GET', put?.path ?? '')).body).toEqual({ allocations: {} });
    },
  );

  it('refuses a claim of a consumer as new that holds something, as it was recorded', async () => {
    const { world } = await replay(SET_UP);
    const first = exchangesOf('placement', 'claim-new').filter(({ method }) => method === 'PUT');
    const again = exchangesOf('placement', 'claim-again-as-new').filter(({ method }) => method === 'PUT');
    await replay(first, world);

    const { answers } = await replay(again, world);

    expect(answers.map(({ status }) => status)).toEqual([409]);
    expect(marks(error(answers[0]?.body))).toEqual(marks(error(again[0]?.response)));
  });

  it('answers its versions as it was recorded', async () => {
    const { answers } = await replay(of('root'));

    expect(answers).toEqual(recorded(of('root')));
  });

  it('answers a provider below another as it was recorded, but for a claim’s generation', async () => {
    const { world } = await replay(SET_UP);

    const { answers } = await replay(of('provider-name'), world);

    const [recordedAnswer] = recorded(of('provider-name'));
    expect(answers).toEqual([{ ...recordedAnswer, body: { ...mapOf(recordedAnswer?.body), generation: 2 } }]);
    expect(textOf(fieldOf(recordedAnswer?.body, 'parent_provider_uuid'))).toBeDefined();
  });
});
