/** `live-migrate` to `LiveMigrate`, as placeholders and logical ids are written. */
export const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
