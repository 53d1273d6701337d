import { forbiddenTrait } from '#conductor/rebuild';
import { NoValidHost } from '#errors';
import type { Services } from '#ports/services';
import type { OperationDocument } from '#operations/operation-document';
import { fieldsOf, mapOf, textsOf } from '#wire/reading';

/**
 * Looks whether a rebuild in place can have another image (nova.conductor.manager
 * `_validate_image_traits_for_rebuild`): the flavor forbids none of the traits that it requires, and each is one of a
 * provider that the server holds something of. Nothing is claimed, so that no candidates are asked for.
 *
 * @throws NoValidHost naming the trait
 */
export async function mustHaveTraits(
  services: Pick<Services, 'placement'>,
  instance: string,
  { arguments: args }: OperationDocument,
): Promise<void> {
  const { recreate, orig_image_ref, image_ref, request_spec } = args;
  if (recreate === true || orig_image_ref === image_ref) return;
  const { flavor, image } = fieldsOf(request_spec);
  const required = textsOf(fieldsOf(fieldsOf(image)['properties'])['traits_required']);
  if (required.length === 0) return;
  const forbidden = forbiddenTrait(mapOf(fieldsOf(flavor)['extra_specs']), required);
  if (forbidden !== undefined)
    throw new NoValidHost({ reason: `the image requires the trait ${forbidden}, which the flavor forbids` });
  const providers = Object.keys(await services.placement.allocations(instance));
  const held = new Set((await Promise.all(providers.map((uuid) => services.placement.traits(uuid)))).flat());
  const missing = required.find((trait) => !held.has(trait));
  if (missing !== undefined)
    throw new NoValidHost({
      reason: `the image requires the trait ${missing}, which the host of the server does not have`,
    });
}
