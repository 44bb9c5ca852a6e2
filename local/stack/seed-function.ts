// Saves the shipped templates and workflows, run like one of the stack's own functions, with their settings.
import { seedDocuments } from '../../infrastructure/deploy/seed.ts';

export const handler = () => seedDocuments('demo');
