import { RequestDocumentNotFound } from '#errors';
import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type AttributesOf } from '#ports/tables';
import { requestDocumentItem, type RequestDocumentItem } from '#records/items/request-document';
import { documentKey, REQUESTS } from '#records/keys';

/**
 * The place of a host among those that are done with a request, from 1. The list lies beside the request's
 * document and has one writer at a time, so that no two hosts get one place, and a host that is counted
 * again has the place that it had.
 *
 * @param request key of the request's document
 * @throws RequestDocumentNotFound when it has expired
 */
export async function countHost(services: Pick<Services, 'tables'>, request: string, host: string): Promise<number> {
  for (;;) {
    const item = await services.tables.get(REQUESTS, documentKey(request));
    if (item === undefined) throw new RequestDocumentNotFound(request);
    const { done, done_count } = requestDocumentItem(item);
    const at = done.indexOf(host);
    if (at !== -1) return at + 1;
    try {
      const set: AttributesOf<RequestDocumentItem> = { done: [...done, host], done_count: done.length + 1 };
      const unchanged = equals<RequestDocumentItem>('done_count', done_count);
      await services.tables.update(REQUESTS, documentKey(request), { set }, unchanged);
      return done.length + 1;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}
