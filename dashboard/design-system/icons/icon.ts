// Icons of Lucide 1.81.0 (https://lucide.dev), each in a file of its own; how they are drawn. The package of all two
// thousand is 49 MB. Its licence is beside them.
import { type ComponentType, createElement, type SVGProps } from 'react';

interface IconProps extends SVGProps<SVGSVGElement> {
  /** Of a square, in pixels. */
  readonly size: number;
}

export type IconComponent = ComponentType<IconProps>;

type Shape = 'circle' | 'ellipse' | 'line' | 'path' | 'polygon' | 'polyline' | 'rect';

/** @param shapes in a square of 24 */
export function icon(shapes: readonly (readonly [Shape, Readonly<Record<string, string>>])[]): IconComponent {
  const children = shapes.map(([shape, attributes]) => createElement(shape, attributes));
  return ({ size, ...rest }) =>
    createElement(
      'svg',
      {
        ...{ width: size, height: size, viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor' },
        ...{ strokeWidth: 2, strokeLinecap: 'round', strokeLinejoin: 'round' },
        'aria-hidden': true,
        ...rest,
      },
      ...children,
    );
}
