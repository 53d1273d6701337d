/** Packages of a virtual environment, each with its pin. */
export const PINS = {
  '34.0.0': ['nova==34.0.0', 'SQLAlchemy<2.1'],
  '33.0.2': ['nova==33.0.2', 'SQLAlchemy<2.1'],
  '26.3.0': [
    'nova==26.3.0',
    'SQLAlchemy<2',
    'oslo.db<13',
    'oslo.messaging<15',
    'oslo.utils<7',
    'oslo.versionedobjects<3.2',
    'oslo.service<3.2',
    'oslo.log<6',
    'eventlet<0.40',
    'setuptools<70',
  ],
} as const;

/** A release of Nova whose computes are started, in a virtual environment of its own. */
export type Release = keyof typeof PINS;

/** Whether a text names a release. */
export const isRelease = (text: string): text is Release => Object.hasOwn(PINS, text);

/** The releases of which a whole cell is driven; the others take part in upgrades. */
export const CELL_RELEASES: readonly Release[] = ['34.0.0', '26.3.0'];
