import { TableThrottled } from '#ports/tables';
import { mapOf } from '#wire/reading';
import {
  deleteAllocations,
  getAllocations,
  getProviderAllocations,
  getProviderUsages,
  postAllocations,
  putAllocations,
} from './allocations.ts';
import { answered, errorBody, Refused, type PlacementAnswer, type PlacementRequest } from './answer.ts';
import type { ApiParts, Serve } from './call.ts';
import { deleteInventories, getInventories, putInventories } from './inventories.ts';
import { askedMinor, NEWEST } from './microversion.ts';
import { getClass, getClasses, getTrait, getTraits, putClass, putTrait } from './names.ts';
import { providerOf } from './provider-record.ts';
import { mustOwn } from './rights.ts';
import { getProvider, getProviders, postProvider, putProvider, removeProvider } from './resource-providers.ts';
import {
  deleteProviderTraits,
  getAggregates,
  getProviderTraits,
  putAggregates,
  putProviderTraits,
} from './traits-and-aggregates.ts';

/** The range of microversions, as errors and the root give it. */
const RANGE = { max_version: `1.${NEWEST}`, min_version: '1.0' };

const getRoot: Serve = async () =>
  answered({ versions: [{ id: 'v1.0', ...RANGE, status: 'CURRENT', links: [{ rel: 'self', href: '' }] }] });

/** What is served, by path; `*` stands for a part that is given. */
const PATHS: Readonly<Record<string, Readonly<Record<string, Serve>>>> = {
  '/': { GET: getRoot },
  '/resource_providers': { GET: getProviders, POST: postProvider },
  '/resource_providers/*': { GET: getProvider, PUT: putProvider, DELETE: removeProvider },
  '/resource_providers/*/inventories': { GET: getInventories, PUT: putInventories, DELETE: deleteInventories },
  '/resource_providers/*/traits': { GET: getProviderTraits, PUT: putProviderTraits, DELETE: deleteProviderTraits },
  '/resource_providers/*/aggregates': { GET: getAggregates, PUT: putAggregates },
  '/resource_providers/*/usages': { GET: getProviderUsages },
  '/resource_providers/*/allocations': { GET: getProviderAllocations },
  '/allocations': { POST: postAllocations },
  '/allocations/*': { GET: getAllocations, PUT: putAllocations, DELETE: deleteAllocations },
  '/resource_classes': { GET: getClasses },
  '/resource_classes/*': { GET: getClass, PUT: putClass },
  '/traits': { GET: getTraits },
  '/traits/*': { GET: getTrait, PUT: putTrait },
};

/**
 * Placement's HTTP API on the deployment's own placement, as far as a stock nova-compute asks it (docs/openstack.md).
 * What a compute writes is what the scheduler reads.
 */
export class PlacementApi {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Serves one request; whatever is wrong with it is in the answer. */
  async answer(request: PlacementRequest): Promise<PlacementAnswer> {
    let minor = 0;
    try {
      minor = askedMinor(request.version);
      return withVersion(await this.#serve(request, minor), minor);
    } catch (error) {
      const refused = refusalOf(error);
      return withVersion(
        answered(errorBody(refused, minor, refused.status === 406 ? RANGE : {}), refused.status),
        minor,
      );
    }
  }

  async #serve({ method, path, body }: PlacementRequest, minor: number): Promise<PlacementAnswer> {
    const { pathname, searchParams: query } = new URL(path, 'http://placement');
    const [, collection = '', id = '', ...rest] = pathname.replace(/(?<=.)\/$/u, '').split('/');
    const known = PATHS[`/${[collection, ...(id === '' ? [] : ['*']), ...rest].join('/')}`];
    if (known === undefined) throw new Refused(404, ' ');
    const serve = known[method];
    if (serve === undefined) throw new Refused(405, `The method ${method} is not allowed for this resource.`);
    const call = { id: decodeURIComponent(id), query, fields: mapOf(body), minor };
    if (collection === 'resource_providers' && id !== '' && method !== 'GET') {
      const { tables, rights } = this.#parts;
      await mustOwn(tables, rights, await providerOf(tables, call.id));
    }
    return serve(this.#parts, call);
  }
}

/** What an error is answered with. Others than these are the server's own, and thrown on. */
function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof URIError || (error instanceof TypeError && error.message === 'Invalid URL'))
    return new Refused(400, 'the path cannot be read');
  if (error instanceof TableThrottled) return new Refused(503, 'the tables refused the request for now');
  throw error;
}

const withVersion = (answer: PlacementAnswer, minor: number): PlacementAnswer => ({
  ...answer,
  headers: {
    ...answer.headers,
    'openstack-api-version': `placement 1.${minor}`,
    vary: 'openstack-api-version',
  },
});
