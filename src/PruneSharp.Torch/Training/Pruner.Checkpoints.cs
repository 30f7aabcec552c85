namespace PruneSharp.Torch;

public sealed partial class Pruner
{
    /// <summary>
    /// Saves the whole training as one safetensors file: parameters and buffers of the model, masks, weights kept aside, what the method keeps,
    /// the optimizer's state and options of all its parameters, torch's random numbers on the CPU, step counters, plan and method. A run that
    /// is resumed from it gives bit for bit the weights of one that was never stopped, if its data comes in the same order and the model is on
    /// the CPU. Not in it: random numbers of other devices, objects that schedule the learning rate (see <see cref="LearningRateStep"/>), and
    /// values of parameters that only the optimizer has. A plan with a schedule or criterion of the user's own is known by its text.
    /// </summary>
    /// <param name="path">
    /// The file. It appears whole or not at all: when the process is killed at any moment, the one from before or the new one is there.
    /// </param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <exception cref="NonFiniteTrainingException">A weight or a tensor of the optimizer is NaN or infinite; an existing file is untouched.</exception>
    /// <exception cref="InvalidOperationException">Training is finished; <see cref="ModuleState.Save"/> saves the model. Or the model was moved.</exception>
    /// <exception cref="ObjectDisposedException">The pruner was disposed of.</exception>
    /// <exception cref="ArgumentException">A tensor has a type that safetensors files lack, such as a complex one.</exception>
    /// <exception cref="IOException">The file exists and <paramref name="force"/> is false, or it cannot be written.</exception>
    public void save(string path, bool force = false)
    {
        if (_isFinished)
            throw new InvalidOperationException($"The pruner is finished, so there is nothing to resume. Save the model with {nameof(ModuleState)}.{nameof(ModuleState.Save)}.");
        CheckAlive();
        Checkpoint.Save(path, force, _training, _method, _optimizer);
    }

    /// <summary>
    /// Goes on from a checkpoint of <see cref="save"/>. The pruner is created first as it was then: an equal plan and method, a model of the same
    /// names, shapes and types, and an optimizer of the same kind with the same groups and switches. Settings of the method that are no number, switch or text,
    /// such as a loss or an input shape, are not compared. Everything is checked before the first value changes. The optimizer's
    /// numbers, such as learning rates, become those of the file.
    /// </summary>
    /// <param name="path">The file. Reading runs no code of it.</param>
    /// <exception cref="InvalidModelException">The file is damaged, cut off or no checkpoint; nothing was changed.</exception>
    /// <exception cref="ArgumentException">It is of another plan, method, model or optimizer; the message says what differs, and nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">Training is finished, or the model was moved to another type or device.</exception>
    /// <exception cref="ObjectDisposedException">The pruner was disposed of.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void load(string path)
    {
        if (_isFinished)
            throw new InvalidOperationException("The pruner is finished; create another one to train on.");
        CheckAlive();
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder; name a checkpoint's file.");
        Checkpoint.Load(path, _training, _method, _optimizer);
    }
}
