// replaced by the bundler
declare const KC_ETL_VERSION: string;

export const version = KC_ETL_VERSION;
