import { useEffect, useState } from '../vendor/preact-hooks.js';

/**
 * Files that are dropped anywhere on the page. Without it, the browser would leave the page to show the file itself.
 *
 * @param {(files: File[]) => void} onFiles
 * @returns {boolean} whether one holds a file over the page
 */
export function useFileDrop(onFiles) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    /** @param {DragEvent} event */
    const onDrag = (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    /** @param {DragEvent} event */
    const onLeave = (event) => {
      // Without another element, it left the page and not a part of it.
      if (event.relatedTarget === null) setOver(false);
    };
    /** @param {DragEvent} event */
    const onDrop = (event) => {
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    };
    document.addEventListener('dragover', onDrag);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onDrag);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, [onFiles]);
  return over;
}
