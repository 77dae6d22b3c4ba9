(() => {
  const picture = document.querySelector('svg.trace');
  const tip = document.getElementById('tip');
  const lines = [];
  const words = (element) => element.textContent.replace(/\s+/g, ' ').trim();
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;

  for (const head of picture.querySelectorAll('.head .name')) lines.push('lane: ' + words(head));
  for (const link of picture.querySelectorAll('.link')) {
    lines.push('arrow: ' + link.classList[1] + ' ' + link.dataset.from);
  }

  const texts = [...picture.querySelectorAll('text')].filter((text) => words(text));
  const boxes = texts.map((text) => text.getBoundingClientRect());
  boxes.forEach((box, i) => {
    if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) {
      lines.push('outside: ' + words(texts[i]));
    }
    for (let j = 0; j < i; j++) {
      if (overlap(box, boxes[j])) lines.push('overlap: ' + words(texts[j]) + ' / ' + words(texts[i]));
    }
  });

  for (const figure of picture.querySelectorAll('[data-key]')) {
    const box = figure.querySelector('rect').getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const under = document.elementFromPoint(x, y);
    if (!under || under.closest('[data-key]') !== figure) {
      lines.push('covered: ' + words(figure));
      continue;
    }
    under.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, clientX: x, clientY: y }));
    const at = tip.getBoundingClientRect();
    if (tip.hidden || !words(tip) || at.right > innerWidth || at.bottom > innerHeight) {
      lines.push('silent: ' + words(figure));
    }
    const told = [...tip.querySelectorAll('h2, p, dt, dd, li')].map(words);
    lines.push('hover: ' + told.join('|').replaceAll('strace|', 'strace '));
    lines.push('lit: ' + picture.querySelectorAll('.link.lit').length);
    picture.dispatchEvent(new PointerEvent('pointerleave'));
    if (!tip.hidden) lines.push('silent: stays ' + words(figure));
  }

  const found = document.createElement('pre');
  found.id = 'found';
  found.textContent = lines.join('\n');
  document.body.append(found);
})();
