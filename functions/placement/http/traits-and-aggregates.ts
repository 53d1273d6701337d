import type { Json, JsonMap } from '#ports/json';
import { textsOf } from '#wire/reading';
import { answered, done, mustBeFew, Refused } from './answer.ts';
import type { Serve } from './call.ts';
import { unknownTraits } from './names.ts';
import { providerOf, writeProvider } from './provider-record.ts';

/** From this microversion on aggregates come with the provider's generation. */
const AGGREGATES_WITH_GENERATION = 19;

const traitsBody = (traits: readonly string[], generation: number): JsonMap => ({
  traits: [...traits],
  resource_provider_generation: generation,
});

/** Shows a provider's traits. */
export const getProviderTraits: Serve = async ({ tables }, { id }) => {
  const found = await providerOf(tables, id);
  return answered(traitsBody(found.traits, found.generation));
};

/** Replaces a provider's traits. */
export const putProviderTraits: Serve = async ({ tables }, { id, fields }) => {
  const asked = requiredGeneration(fields);
  const traits = [...new Set(textsOf(fields['traits']))].toSorted();
  const unknown = await unknownTraits(tables, traits);
  if (unknown.length > 0) throw new Refused(400, `No such trait(s): ${unknown.join(', ')}.`);
  const before = await providerOf(tables, id);
  return answered(traitsBody(traits, await writeProvider(tables, before, asked, { set: { traits } })));
};

/** Takes all traits of a provider away. */
export const deleteProviderTraits: Serve = async ({ tables }, { id }) => {
  await writeProvider(tables, await providerOf(tables, id), undefined, { set: { traits: [] } });
  return done();
};

const aggregatesBody = (aggregates: readonly string[], generation: number, minor: number): JsonMap => ({
  aggregates: [...aggregates],
  ...(minor < AGGREGATES_WITH_GENERATION ? {} : { resource_provider_generation: generation }),
});

/** Shows a provider's aggregates. */
export const getAggregates: Serve = async ({ tables }, { id, minor }) => {
  const found = await providerOf(tables, id);
  return answered(aggregatesBody(found.aggregates, found.generation, minor));
};

/** Replaces a provider's aggregates. */
export const putAggregates: Serve = async ({ tables }, { id, fields, minor }) => {
  if (minor < AGGREGATES_WITH_GENERATION)
    throw new Refused(400, `aggregates are written at microversion 1.${AGGREGATES_WITH_GENERATION} or later`);
  const asked = requiredGeneration(fields);
  const aggregates = [...new Set(textsOf(fields['aggregates']))].toSorted();
  mustBeFew(aggregates);
  const before = await providerOf(tables, id);
  const generation = await writeProvider(tables, before, asked, { set: { aggregates } });
  return answered(aggregatesBody(aggregates, generation, minor));
};

function requiredGeneration(fields: JsonMap): Json {
  const asked = fields['resource_provider_generation'];
  if (typeof asked !== 'number')
    throw new Refused(400, "JSON does not validate: 'resource_provider_generation' is a required property");
  return asked;
}
