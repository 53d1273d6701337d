import type { JsonMap } from '#ports/json';
import { mapOf, textOf } from '#wire/reading';
import { jsonOrNull } from '#wire/json-text';

/**
 * Who the conductor is to Keystone, as the secret spells it in JSON:
 * `{"application_credential_id", "application_credential_secret"}`, or `{"username", "password",
 * "project_name", "user_domain_id", "project_domain_id"}`.
 */
export type Credential =
  | { readonly kind: 'application-credential'; readonly id: string; readonly secret: string }
  | {
      readonly kind: 'password';
      readonly username: string;
      readonly password: string;
      readonly userDomain: string;
      readonly project: string;
      readonly projectDomain: string;
    };

/** Reads a secret; undefined when it has neither form. */
export function readCredential(text: string): Credential | undefined {
  const secret = mapOf(jsonOrNull(text));
  const id = textOf(secret['application_credential_id']);
  const key = textOf(secret['application_credential_secret']);
  if (id !== undefined && key !== undefined) return { kind: 'application-credential', id, secret: key };
  const { username, password, project_name: project } = secret;
  const [name, word, scope] = [textOf(username), textOf(password), textOf(project)];
  if (name === undefined || word === undefined || scope === undefined) return undefined;
  return {
    kind: 'password',
    username: name,
    password: word,
    userDomain: textOf(secret['user_domain_id']) ?? 'default',
    project: scope,
    projectDomain: textOf(secret['project_domain_id']) ?? 'default',
  };
}

/** The body by which Keystone is asked for a token; an application credential has a scope of its own. */
export function tokenRequest(credential: Credential): JsonMap {
  if (credential.kind === 'application-credential') {
    const { id, secret } = credential;
    return {
      auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } },
    };
  }
  const { username, password, userDomain, project, projectDomain } = credential;
  const user = { name: username, domain: { id: userDomain }, password };
  return {
    auth: {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: project, domain: { id: projectDomain } } },
    },
  };
}
