import { describe, expect, it } from 'vitest';
import { priceProbes } from '#cli/verify/price-probe';
import type { Json } from '#ports/json';

/** A price list in the form of AWS: products by SKU, and their terms apart from them. */
const priceList = (products: Readonly<Record<string, string>>): Json => ({
  products: Object.fromEntries(Object.keys(products).map((usagetype) => [usagetype, { attributes: { usagetype } }])),
  terms: {
    OnDemand: Object.fromEntries(
      Object.entries(products).map(([sku, USD]) => [
        sku,
        {
          [`${sku}.A`]: { priceDimensions: { free: { pricePerUnit: { USD: '0' } }, paid: { pricePerUnit: { USD } } } },
        },
      ]),
    ),
  },
});

async function probed(list: Json) {
  const asked: string[] = [];
  const readJson = async (address: string): Promise<Json> => {
    asked.push(address);
    return list;
  };
  const seen = await priceProbes({ options: { readJson } })['price-list']();
  return { asked, ...seen };
}

describe('the prices of docs/prices.json', () => {
  it('hold where the price list has the same, for what a free tier does not cover', async () => {
    const seen = await probed(
      priceList({
        WriteRequestUnits: '0.0000006250',
        ReadRequestUnits: '0.0000001250',
        'IA-WriteRequestUnits': '0.0000007800',
      }),
    );

    expect(seen).toEqual({
      asked: ['https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonDynamoDB/current/us-east-1/index.json'],
      holds: true,
      observed: { dynamodbWriteUnits: 0.625, dynamodbReadUnits: 0.125 },
    });
  });

  it('are otherwise where the price list has others, or none', async () => {
    const dearer = await probed(priceList({ WriteRequestUnits: '0.00000125', ReadRequestUnits: '0.000000125' }));
    const empty = await probed({});

    expect(dearer).toMatchObject({ holds: false, observed: { dynamodbWriteUnits: 1.25, dynamodbReadUnits: 0.125 } });
    expect(empty).toMatchObject({ holds: false, observed: { dynamodbWriteUnits: null, dynamodbReadUnits: null } });
  });
});
