import type { Judge } from './template.ts';
export const localstack: Judge = async () => [];
