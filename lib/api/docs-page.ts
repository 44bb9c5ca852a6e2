// The API's description as one HTML page: no script, nothing loaded from elsewhere.
import { type ProblemCode, problemCodes, problemKinds } from '../compiler/problems/codes.ts';
import { problemTypes } from '../problem.ts';
import { docsStyle } from './docs-style.ts';
import type { OpenApi, Operation, Parameter } from './openapi.ts';
import type { SchemaObject } from './schema-objects.ts';

/** The page for an OpenAPI document from `openApi()`. */
export function docsPage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const tags = document.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const nav = tags
    .map(({ name, operations: inTag }) => {
      const links = inTag.map(
        ({ method, path, operation }) =>
          `<li><a href="#${operation.operationId}"><b>${method}</b> ${escaped(path)}</a></li>`,
      );
      return `<h2>${escaped(name)}</h2><ul>${links.join('')}</ul>`;
    })
    .join('');
  const sections = tags
    .map(({ name, operations: inTag }) => `<h2>${escaped(name)}</h2>${inTag.map(operationSection).join('')}`)
    .join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>AI-Orchestra API</title>
<style>${docsStyle}</style>
</head>
<body>
<nav aria-label="Operations"><p><a href="#top">AI-Orchestra API</a></p><p class="to-menu"><a href="#menu">All operations</a></p><div id="menu">${nav}<h2><a href="#schemas">schemas</a></h2><h2><a href="#problems">problems</a></h2><h2><a href="#workflow-problems">problems of workflows</a></h2></div></nav>
<main id="top">
<h1>AI-Orchestra API</h1>
<p class="lead">${inline(String(document.info['summary']))}. ${inline(String(document.info['description']))}</p>
<p>The same for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI ${document.openapi}).</p>
${sections}
<h2 id="schemas">Schemas</h2>${Object.entries(document.components.schemas).map(schemaSection).join('')}
<h2 id="problems">Problems</h2>
<p>An error is answered as <code>application/problem+json</code> (RFC 9457). Its <code>type</code> points here. What API Gateway answers by itself has only a <code>message</code>: 401 without a valid token, 404 for an unknown path, 413 for a body over 10 MB.</p>
${Object.entries(problemTypes).map(problemSection).join('')}
<h2 id="workflow-problems">Problems of workflows</h2>
<p>What saving and validating a workflow find, by the <code>code</code> of each entry of <code>problems</code> and <code>warnings</code>.</p>
${table('Codes', problemCodes.map(codeRow))}
</main>
</body>
</html>
`;
}

interface Listed {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function operationSection({ path, method, operation }: Listed): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const answers = Object.entries(responses).map(([status, response]) => {
    const [content] = Object.values(response.content ?? {});
    const problems = Object.keys(content?.examples ?? {});
    const what = problems.length > 0 ? problems.map(problemLink).join(', ') : inline(response.description);
    const headers = Object.keys(response.headers ?? {}).map((name) => `<code>${escaped(name)}</code>`);
    const shape = content && problems.length === 0 ? typeOf(content.schema) : '';
    const rest = [shape, ...headers].filter(Boolean).join(', ');
    return `<tr><td>${status}</td><td>${what}${rest && `<p class="quiet">${rest}</p>`}</td></tr>`;
  });
  return `<section id="${operationId}">
<h3><b class="${method.toLowerCase()}">${method}</b> <code>${escaped(path)}</code></h3>
<p><strong>${inline(summary)}.</strong> ${inline(description ?? '')}</p>
${parameters.length > 0 ? table('Parameters', parameters.map(parameterRow)) : ''}
${body ? `<p>Body: ${typeOf(body)}${requestBody?.required ? '' : ' (may be left out)'}</p>` : ''}
${table('Answers', answers, 'narrow')}
</section>`;
}

function parameterRow({ name, in: place, required, description, schema }: Parameter): string {
  return fieldRow(name, required, `${typeOf(schema)} <i>in ${place}</i>`, description);
}

/** A row whose last cell has the type above the description, so that it reads the same on a narrow screen. */
function fieldRow(name: string, required: boolean, type: string, description = ''): string {
  const says = description === '' ? '' : `<p>${inline(description)}</p>`;
  return `<tr><td><code>${escaped(name)}</code>${required ? '' : ' <i>optional</i>'}</td><td><span class="type">${type}</span>${says}</td></tr>`;
}

function schemaSection([name, schema]: [string, SchemaObject]): string {
  const rows = fieldRows(schema, '');
  const examples = Array.isArray(schema['examples']) ? schema['examples'] : [];
  const shown = examples.map((example) => `<pre>${escaped(JSON.stringify(example, null, 2))}</pre>`).join('');
  const fields = rows.length > 0 ? table('Fields', rows) : `<p>${typeOf(schema)}</p>`;
  return `<section id="schema-${escaped(name)}"><h3>${escaped(name)}</h3><p>${inline(text(schema['description']))}</p>${fields}${shown}</section>`;
}

/** The fields of an object, each followed by those of the unnamed objects in it. */
function fieldRows(schema: SchemaObject, prefix: string): string[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(objectIn(schema['properties'])).flatMap(([key, value]) => {
    const field = objectIn(value);
    const row = fieldRow(prefix + key, required.includes(key), typeOf(field), text(field['description']));
    return [row, ...innerRows(field, prefix + key)];
  });
}

function innerRows(field: SchemaObject, path: string): string[] {
  const options = field['anyOf'] ?? field['oneOf'];
  if (Array.isArray(options)) return options.flatMap((option) => innerRows(objectIn(option), path));
  if (field['type'] === 'array') return innerRows(objectIn(field['items']), `${path}[]`);
  return [
    ...fieldRows(field, `${path}.`),
    // An object with arbitrary keys.
    ...('additionalProperties' in field
      ? innerRows(objectIn(field['additionalProperties']), `${path}.<name>`)
      : []),
  ];
}

function problemSection([type, { status, title, help }]: [
  string,
  { status: number; title: string; help: string },
]): string {
  return `<section id="${type}"><h3>${status} <code>${type}</code></h3><p><strong>${inline(title)}.</strong> ${inline(help)}</p></section>`;
}

function codeRow(code: ProblemCode): string {
  const { severity, summary } = problemKinds[code];
  const kind = severity === 'warning' ? '<i>Warning.</i> ' : '';
  return `<tr><td><code>${code}</code></td><td>${kind}${inline(summary)}</td></tr>`;
}

function problemLink(type: string): string {
  return `<a href="#${type}">${type}</a>`;
}

/** A schema in a few words, with links to the named ones. */
function typeOf(schema: SchemaObject): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = escaped(reference.split('/').at(-1) ?? '');
    return `<a href="#schema-${name}">${name}</a>`;
  }
  const options = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(options))
    return [...new Set(options.map((option) => typeOf(objectIn(option))))].join(' or ');
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((value) => `<code>${escaped(String(value))}</code>`).join(' ');
  if ('const' in schema) return `<code>${escaped(JSON.stringify(schema['const']))}</code>`;
  if (schema['type'] === 'array') return `list of ${typeOf(objectIn(schema['items']))}`;
  const values = objectIn(schema['additionalProperties']);
  if (schema['type'] === 'object' && typeof values['$ref'] === 'string')
    return `object of ${typeOf(values)} by name`;
  const type = schema['type'];
  if (Array.isArray(type)) return escaped(type.join(' or '));
  return typeof type === 'string' ? escaped(type) : 'any value';
}

function table(caption: string, rows: readonly string[], kind = 'wide'): string {
  return `<div class="scroll"><table class="${kind}"><caption>${caption}</caption><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Text with `code` in backticks. */
function inline(words: string): string {
  return escaped(words).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function objectIn(value: unknown): SchemaObject {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
