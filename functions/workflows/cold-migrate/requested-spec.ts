import type { StoredOperation } from '#operations/operation-document';
import type { Services } from '#ports/services';
import type { ItemOf } from '#ports/tables';
import type { StoredInstance } from '#records/items/instance';
import type { Cell } from '#records/method';
import { specOfMove } from '#request-specs/spec-of-move';
import { mapOf } from '#wire/reading';

/** The spec of a move, with what its request says. @throws what `specOfMove` throws */
export const requestedSpec = (
  services: Services,
  { arguments: args, needs }: StoredOperation,
  cell: Cell,
  instance: ItemOf<StoredInstance>,
) =>
  specOfMove(services, {
    cell,
    instance,
    spec: args['request_spec'],
    flavor: args['flavor'],
    filterProperties: mapOf(args['filter_properties']),
    needs,
  });
