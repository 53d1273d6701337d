import type { Json, JsonMap } from '#ports/json';
import { errorBody, Refused, type PlacementAnswer } from '#placement/http/answer';
import { PlacementApi } from '#placement/http/api';
import type { Records } from '#records/method';
import { textOf } from '#wire/reading';
import { hostRights } from './host-rights.ts';

/**
 * Serves a request of Placement's HTTP API that a host's compute made on the loopback of its host: the driver carries
 * it as a call (agent/oslo-messaging-sqs). A host reads, and writes what is its own.
 *
 * @param args - `method`, `path` with its query, `version` as the header OpenStack-API-Version has it,
 *   and `body`, where there is one
 * @returns `status`, `headers` and, where there is one, `body`
 */
export async function placementRequest(records: Records, args: JsonMap): Promise<Json> {
  const { method, path, version, body } = args;
  const answer = asksCloud(records)
    ? elsewhere()
    : await new PlacementApi({ ...records, ...hostRights(records) }).answer({
        method: textOf(method) ?? '',
        path: textOf(path) ?? '',
        version: textOf(version),
        body: body ?? undefined,
      });
  return {
    status: answer.status,
    headers: { ...answer.headers },
    ...(answer.body === undefined ? {} : { body: answer.body }),
  };
}

const asksCloud = ({ config }: Records): boolean => config?.openstackServices?.includes('placement') === true;

/** Two records of the same claims would contradict each other. */
function elsewhere(): PlacementAnswer {
  const remedy = "the deployment's claims are kept by a Placement of its cloud: let [placement] of nova.conf name that";
  return { status: 503, headers: {}, body: errorBody(new Refused(503, remedy), 0) };
}
