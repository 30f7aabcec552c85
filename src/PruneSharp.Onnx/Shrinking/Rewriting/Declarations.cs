namespace PruneSharp.Onnx;

/// <summary>Declared shapes of values whose shape changes, or that go.</summary>
internal static class Declarations
{
    /// <summary>
    /// Takes out value_info of changed values. Constants that are declared as inputs too are no longer: ONNX Runtime would take them for
    /// something that varies. Where the format still asks for the declaration (before IR version 4) it gets the new shape.
    /// </summary>
    public static void Update(Cut cut, ModelEdits edits)
    {
        var model = cut.Graph.Model;
        var graph = model.Proto.Graph;
        var changed = cut.Graph.Tensors.Where(t => cut.Changes(t)).ToLookup(t => t.Name, StringComparer.Ordinal);
        foreach (var info in graph.ValueInfo.Where(info => changed.Contains(info.Name)))
            edits.Add(WireEdit.Removing(model.Places[info]));
        var constants = edits.Constants.ToLookup(c => c.Key.Proto.Name, c => c.Value, StringComparer.Ordinal);
        foreach (var input in graph.Input.Where(input => constants.Contains(input.Name)))
        {
            var payload = constants[input.Name].First();
            var place = model.Places[input];
            edits.Add(model.Proto.IrVersion >= ModelEdits.LeastIrOfPlainConstants || payload is null
                ? WireEdit.Removing(place)
                : WireEdit.Of(place.Parent!, place.TagStart, place.End - place.TagStart, ValueDeclaration.Input(input.Name, payload.Header.DataType, payload.Header.Dims)));
        }
    }
}
