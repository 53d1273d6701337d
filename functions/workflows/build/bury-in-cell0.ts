import { RequestDocumentNotFound } from '#errors';
import { buryInCell0, cell0 } from '#records/bury-in-cell0';
import { readRequest } from '#records/request-document';
import { causeMessage, type Step } from '../step.ts';
import type { BuildState } from './state.ts';

/** Servers read and buried together: a batch read takes 100 items. */
const AT_ONCE = 25;

/**
 * Buries every server of the request, each with the request's first spec in its event (conductor.md sections 14.1, 14.6).
 * A server is buried on its own: one that was deleted or buried before holds up no other.
 *
 * @throws CellMappingNotFound when there is no cell0: the execution fails, to be redriven after set-up
 */
export const buryRequest: Step<BuildState> = async (services, { state, error, execution }) => {
  const cell = await cell0(services);
  const failure = { name: error?.Error ?? 'Error', message: error ? causeMessage(error) : '' };
  for (let from = 0; from < state.uuids.length; from += AT_ONCE) {
    const part = state.uuids.slice(from, from + AT_ONCE);
    const { common, servers, reservation } = await readRequest(services, state.request, part);
    await Promise.all(
      servers.map(async (server) => {
        if (common === undefined || server === undefined) throw new RequestDocumentNotFound(state.request);
        const { context } = common;
        const requestSpec = server.document.request_spec;
        await buryInCell0(services, cell, {
          server,
          request: state.request,
          failure,
          context,
          execution,
          reservation,
          requestSpec,
        });
      }),
    );
  }
};
