// The API's description as one HTML page: no script, nothing loaded from elsewhere.
import { docsStyle } from './docs-style.ts';
import type { OpenApi, Operation, Parameter } from './openapi.ts';
import { problemTypes } from './problem.ts';
import type { SchemaObject } from './schema-objects.ts';

/** The page for an OpenAPI document that `openApi()` made. */
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
<nav aria-label="Operations"><p><a href="#top">AI-Orchestra API</a></p>${nav}<h2><a href="#schemas">schemas</a></h2><h2><a href="#problems">problems</a></h2></nav>
<main id="top">
<h1>AI-Orchestra API</h1>
<p class="lead">${inline(String(document.info['summary']))}. ${inline(String(document.info['description']))}</p>
<p>The same for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI ${document.openapi}).</p>
${sections}
<h2 id="schemas">Schemas</h2>${Object.entries(document.components.schemas).map(schemaSection).join('')}
<h2 id="problems">Problems</h2>
<p>An error is answered as <code>application/problem+json</code> (RFC 9457). Its <code>type</code> points here.</p>
${Object.entries(problemTypes).map(problemSection).join('')}
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
    return `<tr><td>${status}</td><td>${what}</td><td>${[shape, ...headers].filter(Boolean).join(', ')}</td></tr>`;
  });
  return `<section id="${operationId}">
<h3><b class="${method.toLowerCase()}">${method}</b> <code>${escaped(path)}</code></h3>
<p><strong>${inline(summary)}.</strong> ${inline(description ?? '')}</p>
${parameters.length > 0 ? table('Parameters', parameters.map(parameterRow)) : ''}
${body ? `<p>Body: ${typeOf(body)}${requestBody?.required ? '' : ' (may be left out)'}</p>` : ''}
${table('Answers', answers)}
</section>`;
}

function parameterRow({ name, in: place, required, description, schema }: Parameter): string {
  return `<tr><td><code>${escaped(name)}</code>${required ? '' : ' <i>optional</i>'}</td><td>${place}</td><td>${typeOf(schema)} ${inline(description ?? '')}</td></tr>`;
}

function schemaSection([name, schema]: [string, SchemaObject]): string {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const rows = Object.entries(objectIn(schema['properties'])).map(([key, value]) => {
    const field = objectIn(value);
    const optional = required.includes(key) ? '' : ' <i>optional</i>';
    return `<tr><td><code>${escaped(key)}</code>${optional}</td><td>${typeOf(field)}</td><td>${inline(text(field['description']))}</td></tr>`;
  });
  const examples = Array.isArray(schema['examples']) ? schema['examples'] : [];
  const shown = examples.map((example) => `<pre>${escaped(JSON.stringify(example, null, 2))}</pre>`).join('');
  const fields = rows.length > 0 ? table('Fields', rows) : `<p>${typeOf(schema)}</p>`;
  return `<section id="schema-${escaped(name)}"><h3>${escaped(name)}</h3><p>${inline(text(schema['description']))}</p>${fields}${shown}</section>`;
}

function problemSection([type, { status, title, help }]: [
  string,
  { status: number; title: string; help: string },
]): string {
  return `<section id="${type}"><h3>${status} <code>${type}</code></h3><p><strong>${inline(title)}.</strong> ${inline(help)}</p></section>`;
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
  const type = schema['type'];
  if (Array.isArray(type)) return escaped(type.join(' or '));
  return typeof type === 'string' ? escaped(type) : 'any value';
}

function table(caption: string, rows: readonly string[]): string {
  return `<div class="scroll"><table><caption>${caption}</caption><tbody>${rows.join('')}</tbody></table></div>`;
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
