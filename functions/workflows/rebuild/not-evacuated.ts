import type { NotEvacuated } from '#operations/evacuations';
import type { StoredOperation } from '#operations/operation-document';
import { isWireObject, textOf } from '#wire/reading';

/**
 * The evacuations that a request stands for which is not carried out: its own, and those from the host that it names.
 */
export function notEvacuated(
  document: Pick<StoredOperation, 'arguments'>,
  { migration = null, source_host }: { readonly migration?: string | null; readonly source_host?: string },
): NotEvacuated {
  const given = document.arguments['instance'];
  const sent = isWireObject(given) ? (textOf(given['nova_object.data']['host']) ?? null) : null;
  return { own: migration, sources: [sent, source_host ?? null].filter((host) => host !== null) };
}
