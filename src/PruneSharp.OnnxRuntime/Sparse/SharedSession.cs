using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>A session that is released when it is disposed and nobody runs it any more.</summary>
internal sealed class SharedSession(InferenceSession session) : IDisposable
{
    private int _users = 1;
    private int _disposed;

    /// <summary>The session.</summary>
    public InferenceSession Session => session;

    /// <summary>Keeps the session until <see cref="Exit"/>.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public void Enter()
    {
        for (int users = Volatile.Read(ref _users); users > 0 && Volatile.Read(ref _disposed) == 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return;
        throw new ObjectDisposedException(nameof(SparseSession));
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            session.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Exit();
    }
}
