import { InstanceMappingNotFound, MigrationPreCheckError } from '#errors';
import type { Services } from '#ports/services';
import type { Cell } from '#records/method';
import { targetCellOf } from '#records/target-cell';

/** The cell in which a server lies. @throws MigrationPreCheckError when it is mapped to none */
export async function ownCell(services: Services, uuid: string): Promise<Cell> {
  try {
    return await targetCellOf(services, uuid);
  } catch (error) {
    if (!(error instanceof InstanceMappingNotFound)) throw error;
    const reason = `Unable to determine in which cell instance ${uuid} lives.`;
    throw new MigrationPreCheckError({ reason }, { cause: error });
  }
}
