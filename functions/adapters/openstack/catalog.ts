import type { Json } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';

/** Who may be asked: one address of one service. */
export interface Endpoint {
  readonly type: string;
  readonly interface: string;
  readonly region: string;
  readonly url: string;
}

/** Which endpoint of a service is wanted. */
export interface EndpointChoice {
  /** Types that the service goes by, the best one first, for instance `block-storage`, `volumev3`. */
  readonly types: readonly string[];
  /** In the order in which they are tried (Nova's `valid_interfaces`). */
  readonly interfaces: readonly string[];
  /** Absent: any region, if the catalog has only one. */
  readonly region?: string;
}

/** The endpoints of a token's `catalog`. */
export const endpointsOf = (catalog: Json | undefined): readonly Endpoint[] =>
  listOf(catalog).flatMap((entry) =>
    listOf(mapOf(entry)['endpoints']).flatMap((endpoint) => {
      const { interface: face, region_id: region, url } = mapOf(endpoint);
      return [
        {
          type: textOf(mapOf(entry)['type']) ?? '',
          interface: textOf(face) ?? '',
          region: textOf(region) ?? '',
          url: textOf(url) ?? '',
        },
      ];
    }),
  );

/** What choosing comes to: an address, or why there is none. */
export type Chosen = { readonly url: string } | { readonly trouble: string };

/** Picks an endpoint by type, then interface, in the region; nothing is guessed where the catalog leaves a choice. */
export function chooseEndpoint(endpoints: readonly Endpoint[], choice: EndpointChoice): Chosen {
  const { types, interfaces, region } = choice;
  const named = types.map((type) => endpoints.filter((endpoint) => endpoint.type === type));
  const ofService = named.find((found) => found.length > 0);
  if (ofService === undefined) return { trouble: `is not in the catalog (type ${types.join(' or ')})` };
  const regions = [...new Set(ofService.map((endpoint) => endpoint.region))].toSorted();
  if (region === undefined && regions.length > 1) return { trouble: `is in several regions (${regions.join(', ')})` };
  const inRegion = ofService.filter((endpoint) => region === undefined || endpoint.region === region);
  if (inRegion.length === 0) return { trouble: `is not in region ${region} (it is in ${regions.join(', ')})` };
  const faces = interfaces.flatMap((face) => inRegion.filter((endpoint) => endpoint.interface === face));
  const [first] = faces;
  return first ? { url: first.url } : { trouble: `has no ${interfaces.join(' or ')} endpoint in the catalog` };
}
