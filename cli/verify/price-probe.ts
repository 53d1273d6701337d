import type { Json } from '#ports/json';
import { mapOf, textOf } from '#wire/reading';
import list from '../../docs/prices.json' with { type: 'json' };
import type { Probe, ProbingOptions } from './probing.ts';

/** Prices that are looked up, by the usage types that AWS bills them under in the region of docs/prices.json. */
const USAGE_TYPES = { dynamodbWriteUnits: 'WriteRequestUnits', dynamodbReadUnits: 'ReadRequestUnits' } as const;

/** The public price list, which asks for no credentials. */
const ADDRESS = `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonDynamoDB/current/${list.region}/index.json`;

/** Whether the prices that docs/cost.md counts by are those of the price list. */
export const priceProbes = ({ options }: { readonly options: Pick<ProbingOptions, 'readJson'> }) => ({
  'price-list': (async () => {
    const found = mapOf(await options.readJson(ADDRESS));
    const { dynamodbWriteUnits: write, dynamodbReadUnits: read } = USAGE_TYPES;
    const { dynamodbWriteUnits, dynamodbReadUnits } = list.prices;
    const observed = {
      dynamodbWriteUnits: dollarsOf(found, write, dynamodbWriteUnits.per),
      dynamodbReadUnits: dollarsOf(found, read, dynamodbReadUnits.per),
    };
    return {
      holds:
        observed.dynamodbWriteUnits === dynamodbWriteUnits.dollars &&
        observed.dynamodbReadUnits === dynamodbReadUnits.dollars,
      observed,
    };
  }) satisfies Probe,
});

/** Dollars for so many units, beyond any free tier; null where the list has no such usage type. */
function dollarsOf(
  { products, terms }: Readonly<Record<string, Json>>,
  usageType: string,
  units: number,
): number | null {
  const [sku] =
    Object.entries(mapOf(products)).find(
      ([, product]) => textOf(mapOf(mapOf(product)['attributes'])['usagetype']) === usageType,
    ) ?? [];
  if (sku === undefined) return null;
  const prices = Object.values(mapOf(mapOf(mapOf(terms)['OnDemand'])[sku]))
    .flatMap((offer) => Object.values(mapOf(mapOf(offer)['priceDimensions'])))
    .map((dimension) => Number(textOf(mapOf(mapOf(dimension)['pricePerUnit'])['USD'])));
  // A price for each unit has ten digits behind the point; what doubles add to them is no price.
  return Number((Math.max(...prices) * units).toPrecision(10));
}
