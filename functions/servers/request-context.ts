import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { Ids } from '#ports/ids';

/** Who asks: a user of a project, or a service for itself. */
export interface Asker {
  readonly user: string | null;
  readonly project: string | null;
  readonly roles: readonly string[];
  readonly remoteAddress: string | null;
}

/** The context of a new request, as nova.context `RequestContext.to_dict` writes it. */
export const requestContext = (
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  { user, project, roles, remoteAddress }: Asker,
): RequestContext => ({
  user,
  project_id: project,
  system_scope: null,
  project,
  domain: null,
  user_domain: null,
  project_domain: null,
  is_admin: true,
  read_only: false,
  show_deleted: false,
  auth_token: null,
  request_id: `req-${ids.uuid()}`,
  global_request_id: null,
  resource_uuid: null,
  roles: [...roles],
  user_identity: `${user ?? '-'} ${project ?? '-'} - - -`,
  is_admin_project: true,
  user_id: user,
  read_deleted: 'no',
  remote_address: remoteAddress,
  timestamp: new Date(clock.now()).toISOString().replace('Z', ''),
  quota_class: null,
  user_name: null,
  service_catalog: [],
  project_name: null,
});
