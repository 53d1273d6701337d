import type { JsonMap } from './json.ts';

/**
 * The context of a request: the `_context_*` keys of its envelope without the prefix. It is passed on as it came, so
 * that a compute sees what the API sent; `auth_token` in it is a secret.
 */
export interface RequestContext extends JsonMap {
  request_id: string;
  user_id: string | null;
  project_id: string | null;
  is_admin: boolean;
  read_deleted: string;
  timestamp: string;
}
